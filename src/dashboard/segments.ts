export type Segment = 'FRONTLINE' | 'DESK';

export const SEGMENT_NAMES: Readonly<Record<Segment, string>> = {
  FRONTLINE: 'Frontline',
  DESK: 'Desk',
};

/** Told apart by colour and by dash, for not everyone sees the colour. */
export const SEGMENT_STYLES: Readonly<Record<Segment, { color: string; dash: string }>> = {
  FRONTLINE: { color: 'var(--frontline)', dash: '' },
  DESK: { color: 'var(--desk)', dash: '6 3' },
};

export const SEGMENTS: readonly Segment[] = ['FRONTLINE', 'DESK'];
