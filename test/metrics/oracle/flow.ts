import {
  countPeople,
  isDuring,
  isOfSlice,
  type Answer,
  type Demands,
  type Organisation,
} from './organisation.ts';

export function computeFlow(
  organisation: Organisation,
  period: readonly [number, number],
  demands: Demands,
): Answer {
  const { platforms, inFlow } = organisation;
  const placed = organisation.events.filter(
    (event) =>
      event.kind === 'ENGAGED' &&
      platforms.has(event.platform ?? '') &&
      isDuring(event, period) &&
      isOfSlice(organisation, demands, event),
  );
  const share = (isMeant: (platform: string) => boolean): number | null =>
    placed.length === 0
      ? null
      : placed.filter(({ platform }) => isMeant(platform!)).length / placed.length;
  return {
    value: {
      inFlowShare: share((platform) => inFlow.has(platform)),
      mobileShare: share((platform) => platforms.get(platform) === 'MOBILE'),
    },
    people: countPeople(placed),
    parts: [],
  };
}
