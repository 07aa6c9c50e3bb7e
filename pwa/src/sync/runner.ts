// One thing that is done again and again: never twice at once, at once when woken, later and later while it fails.

export interface RunnerOptions {
  name: string
  /** Do it once. Resolves with the milliseconds until the next time, 0 for at once, null for "when woken". */
  job: () => Promise<number | null>
  /** Milliseconds after so many failures in a row, where doubling up to the longest pause is not it. */
  pauseMs?: (failures: number) => number
  random?: () => number
  /** Failures that are ordinary (no network); others are reported. */
  isExpected?: (error: unknown) => boolean
}

const FIRST_PAUSE_MS = 500
export const LONGEST_PAUSE_MS = 30_000

/** Pause after so many failures in a row: doubling, at most `longest`, the upper half of it by chance. */
export function pauseAfter(failures: number, longest = LONGEST_PAUSE_MS, random: () => number = Math.random): number {
  const full = Math.min(longest, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20))
  return Math.round(full / 2 + (full / 2) * random())
}

export class Runner {
  private timer: ReturnType<typeof setTimeout> | undefined
  private isRunning = false
  private isWanted = false
  private isStopped = true
  failures = 0

  constructor(private readonly options: RunnerOptions) {}

  start(): void {
    this.isStopped = false
    this.wake()
  }

  stop(): void {
    this.isStopped = true
    clearTimeout(this.timer)
  }

  /** Do it now; if it is being done, once more right after. */
  wake(): void {
    if (this.isStopped) return
    this.isWanted = true
    clearTimeout(this.timer)
    if (!this.isRunning) void this.run()
  }

  private async run(): Promise<void> {
    this.isRunning = true
    let pause: number | null = null
    while (this.isWanted && !this.isStopped) {
      this.isWanted = false
      pause = await this.once()
      if (pause === 0) this.isWanted = true
    }
    this.isRunning = false
    if (pause !== null && !this.isStopped) this.timer = setTimeout(() => this.wake(), pause)
  }

  private async once(): Promise<number | null> {
    try {
      const next = await this.options.job()
      this.failures = 0
      return next
    } catch (error) {
      this.failures += 1
      if (!this.options.isExpected?.(error)) console.error(`courier: ${this.options.name}`, error)
      return this.options.pauseMs?.(this.failures) ?? pauseAfter(this.failures, LONGEST_PAUSE_MS, this.options.random)
    }
  }
}
