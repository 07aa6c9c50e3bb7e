/** What administrators do with badges, asked of the hub: nothing of it works or is kept offline. */
import { HubUnreachable, reasonOf } from '@/sync/hub'
import { askSigned } from '@/sync/session'

export interface BadgeRow {
  id: string
  staff: string
  label: string
  issued: string
  expires: string
  revoked: { at: string; why: string } | null
}
export interface MadeBadge extends BadgeRow {
  token: string
  /** The card as an SVG picture. */
  card: string
}
export interface AttemptRow {
  id: string
  at: string
  staff: string
  reason: string
  method: string
  place: string
  claimed_staff: string | null
}

/** The hub's answer, or its reason as an error that can be shown. */
async function ask<Body>(path: string, body?: unknown): Promise<Body> {
  const answer = await askSigned<Body>(path, body === undefined ? {} : { method: 'POST', body })
  if (!answer.ok) throw new Error(reasonOf(answer))
  return answer.body
}
export const isOffline = (error: unknown): boolean => error instanceof HubUnreachable

export const badgesOf = async (staff: string): Promise<BadgeRow[]> => (await ask<{ badges: BadgeRow[] }>(`/api/badges?staff=${encodeURIComponent(staff)}`)).badges
export const issueBadge = (staff: string, label: string, days: number): Promise<MadeBadge> => ask('/api/badges', { staff, label, valid_days: days })
export const badgeAgain = (id: string): Promise<MadeBadge> => ask(`/api/badges/${id}`)
export const revokeBadge = (id: string, why: string): Promise<BadgeRow> => ask(`/api/badges/${id}/revoke`, { why })
export const refusedAttempts = async (): Promise<AttemptRow[]> => (await ask<{ attempts: AttemptRow[] }>('/api/badge-attempts')).attempts

/** A picture's address that an <img> takes; the card holds no link and no script. */
export const pictureOf = (svg: string): string => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
