/**
 * Reads a made-up picture while the crew still aims. A browser compiles a program well only after it ran for a while: the
 * first picture takes three times as long as the fourth, and the first one is the one that somebody waits for.
 */
import { cutStrip, straighten } from './pixels'
import { FIRST_LOOK } from './read'
import type { Engine, Picture, Quad } from './readings'

const ROUNDS = 8
const [WIDTH, HEIGHT] = [1280, 960]
/** Lines of the lengths that a card has. */
const LENGTHS = [560, 420, 420, 300, 130, 50]
const LINE_PX = 44

/** Rows of dark blocks on grey paper: the models see something like text. */
function madeUpPicture(): Picture {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4)
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const isInk = y % 90 < 30 && x % 34 < 22 && ((x >> 3) + (y >> 3)) % 3 > 0
      data.fill(isInk ? 40 : 190 + ((x * 31 + y * 17) % 13), (y * WIDTH + x) * 4, (y * WIDTH + x) * 4 + 4)
    }
  }
  return { width: WIDTH, height: HEIGHT, data }
}

/** Resolves when warm, or as soon as `isWanted` says that a real picture waits. */
export async function warmUp(engine: Engine, isWanted: () => boolean): Promise<void> {
  const picture = madeUpPicture()
  const read = (length: number, row: number) => async (): Promise<void> => {
    const [left, top] = [200, 90 * (row + 1) - 7]
    const quad: Quad = [[left, top], [left + length, top], [left + length, top + LINE_PX], [left, top + LINE_PX]]
    await engine.readStrips([cutStrip(picture, quad)])
  }
  const steps = [
    async () => void (await engine.findBoxes(picture, FIRST_LOOK)),
    ...LENGTHS.map(read),
    async () => void straighten(picture, [0.9, 0, 0, 0, 0.9, 0, 0, 0, 1], 400, 180),
  ]
  for (let round = 0; round < ROUNDS; round++) {
    for (const step of steps) {
      // Between steps the worker hears whether somebody waits.
      await new Promise((resolve) => setTimeout(resolve))
      if (isWanted()) return
      await step()
    }
  }
}
