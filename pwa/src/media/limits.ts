/** Caps of what is recorded. Small, because critical text shares the link: 2 minutes of voice are about 0.4 MB. */
export const VOICE_LIMITS = { seconds: 120, bytes: 2_000_000, bitsPerSecond: 24_000 } as const
export const VIDEO_LIMITS = { seconds: 20, bytes: 8_000_000, bitsPerSecond: 1_200_000 } as const
