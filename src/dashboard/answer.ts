import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { askGraphql, type GraphqlQuery } from './api.ts';
import { useSession } from './session.tsx';

/** The answer to a query; who asks the same at the same time shares it. */
export function useAnswer<Data>(
  query: GraphqlQuery,
  { enabled = true }: { readonly enabled?: boolean } = {},
): UseQueryResult<Data> {
  const session = useSession();
  return useQuery({
    queryKey: [session.key, query],
    queryFn: () => askGraphql<Data>(session, query),
    // While a filter changes the old numbers stay, dimmed, so that the page does not jump.
    placeholderData: keepPreviousData,
    enabled,
  });
}
