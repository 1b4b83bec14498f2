/** The households that were opened last on this phone. Ids only. */
import { ref } from 'vue'
import { currentPerson } from '@/device'

const MOST = 6

function key(): string {
  return `yihu.recent.${currentPerson() ?? ''}`
}

function stored(): string[] {
  const value: unknown = JSON.parse(localStorage.getItem(key()) ?? '[]')
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : []
}

export const recent = ref<string[]>([])

export function loadRecent(): void {
  recent.value = stored()
}

export function opened(id: string): void {
  recent.value = [id, ...stored().filter((other) => other !== id)].slice(0, MOST)
  localStorage.setItem(key(), JSON.stringify(recent.value))
}
