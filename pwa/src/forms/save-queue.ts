/** Saves one after the other: what changes while one is being written is written next, and a failed one is tried again. */
export class SaveQueue {
  private running: Promise<boolean> | null = null
  private waiting = false
  private ended = false
  private kept = true

  /** write: resolves to whether it is on the disk. */
  constructor(private readonly write: () => Promise<boolean>) {}

  /** Something changed. */
  touch(): void {
    this.waiting = true
  }

  /** Resolves when nothing is waiting any more: true when all of it is on the disk. */
  async settle(): Promise<boolean> {
    while (this.running) await this.running
    if (this.ended || !this.waiting) return this.kept
    this.waiting = false
    // A write that throws was not kept; the next one is tried all the same.
    this.running = this.write().catch(() => false)
    this.kept = await this.running
    this.running = null
    if (!this.kept) this.waiting = true
    return this.kept ? this.settle() : false
  }

  /** Nothing is written any more, whatever changes. */
  end(): void {
    this.ended = true
  }
}
