import type { MarkWords } from './en.ts';

/** English, where a viewer marks a video as watched. */
export const EN_MARKS: MarkWords = {
  mark: 'Mark as watched',
  marked: 'Marked as watched.',
  markUnseen: 'This video cannot tell how much of it you watch.',
  markElsewhere: 'Have you watched this video elsewhere?',
  'mark-anonymous': 'Sign in to mark this video as watched.',
  'mark-refused': 'This video cannot be marked as watched.',
  'mark-unsaved': 'This could not be saved. Check your connection and press again.',
};
