/** What is drawn on a copy of a photograph: pen, arrows, words. In shares of the picture, so that any size shows the same. */
export type Tool = 'pen' | 'arrow' | 'text'
export interface Point {
  x: number
  y: number
}
export interface Mark {
  tool: Tool
  points: Point[]
  text?: string
}

/** The two short lines of an arrow's head, in pixels. */
export function arrowHead(from: Point, to: Point, length: number): [Point, Point] {
  const angle = Math.atan2(to.y - from.y, to.x - from.x)
  const side = (turn: number): Point => ({ x: to.x - length * Math.cos(angle + turn), y: to.y - length * Math.sin(angle + turn) })
  return [side(0.5), side(-0.5)]
}

/** Draws all marks over the picture. Every stroke has a dark edge, so that it is seen on light and on dark. */
export function drawMarks(pen: CanvasRenderingContext2D, width: number, height: number, marks: readonly Mark[]): void {
  const thin = Math.max(3, Math.round(Math.max(width, height) / 160))
  pen.lineCap = 'round'
  pen.lineJoin = 'round'
  for (const mark of marks) {
    const points = mark.points.map((point) => ({ x: point.x * width, y: point.y * height }))
    if (mark.tool === 'text') drawText(pen, points[0], mark.text ?? '', thin * 9)
    else for (const [color, line] of [['#0a0e12', thin + 4], ['#ffdf57', thin]] as const) stroke(pen, mark.tool, points, color, line, thin * 7)
  }
}

function stroke(pen: CanvasRenderingContext2D, tool: Tool, points: Point[], color: string, line: number, head: number): void {
  const [first, last] = [points[0], points[points.length - 1]]
  if (!first || !last) return
  pen.strokeStyle = color
  pen.lineWidth = line
  pen.beginPath()
  pen.moveTo(first.x, first.y)
  for (const point of tool === 'arrow' ? [last] : points.slice(1)) pen.lineTo(point.x, point.y)
  if (points.length === 1) pen.lineTo(first.x + 0.1, first.y)
  if (tool === 'arrow') {
    for (const end of arrowHead(first, last, head)) {
      pen.moveTo(last.x, last.y)
      pen.lineTo(end.x, end.y)
    }
  }
  pen.stroke()
}

function drawText(pen: CanvasRenderingContext2D, at: Point | undefined, text: string, size: number): void {
  if (!at) return
  pen.font = `700 ${size}px sans-serif`
  pen.lineWidth = Math.max(4, size / 6)
  pen.strokeStyle = '#0a0e12'
  pen.fillStyle = '#ffdf57'
  pen.strokeText(text, at.x, at.y)
  pen.fillText(text, at.x, at.y)
}
