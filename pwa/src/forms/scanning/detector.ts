/** Reading codes from pictures, where the browser can (`BarcodeDetector`: most Android phones). */

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>
}

type DetectorMaker = new () => Detector

function maker(): DetectorMaker | undefined {
  return (globalThis as { BarcodeDetector?: DetectorMaker }).BarcodeDetector
}

export function canScan(): boolean {
  return maker() !== undefined && 'mediaDevices' in navigator
}

export function makeDetector(): Detector | undefined {
  const Made = maker()
  return Made && new Made()
}
