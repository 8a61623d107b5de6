/**
 * The reference: the seed's breaker told anew in plain imperative words, sharing no code with the plugin.
 * Slow, mutable and unbounded.
 */
export interface ReferencePermit {
  readonly since: number;
  readonly takenAt: number;
}

export class ReferenceBreaker {
  mode: "shut" | "broken" | "trying" = "shut";
  count = 0;
  notBefore = -Infinity;
  good = 0;
  mute = false;
  age = 0;
  flying: ReferencePermit[] = [];

  tick(now: number): void {
    if (this.mode === "broken" && now >= this.notBefore) this.become("trying");
  }
  become(mode: "shut" | "broken" | "trying"): void {
    this.mode = mode;
    this.age += 1;
    this.good = 0;
    this.flying = [];
    if (mode !== "shut") return;
    this.count = 0;
    this.notBefore = -Infinity;
    this.mute = false;
  }
  ask(now: number): ReferencePermit | undefined {
    this.tick(now);
    if (now < this.notBefore && this.mode !== "trying") return undefined;
    const permit = { since: this.age, takenAt: now };
    if (this.mode === "trying") {
      this.flying = this.flying.filter((other) => now - other.takenAt < 30_000);
      if (this.flying.length >= 3) return undefined;
      this.flying.push(permit);
    }
    return permit;
  }
  end(permit: ReferencePermit | undefined): void {
    this.flying = this.flying.filter((other) => other !== permit);
  }
  fail(now: number, mute: boolean, permit?: ReferencePermit): void {
    this.tick(now);
    this.end(permit);
    if (permit ? permit.since !== this.age : this.mode === "broken") return;
    this.count += 1;
    let pause = 1_000;
    for (let i = 0; i < this.count && pause < 300_000; i++) pause *= 2;
    if (pause > 300_000) pause = 300_000;
    if (this.mode === "trying" || this.count >= 5) {
      this.become("broken");
      this.notBefore = now + Math.max(pause, 60_000);
    } else {
      this.notBefore = now + pause;
      this.mute = mute;
    }
  }
  succeed(now: number, letters: boolean, permit?: ReferencePermit): void {
    this.tick(now);
    this.end(permit);
    if (permit && permit.since !== this.age) return;
    if (this.mode === "trying") {
      this.good += 1;
      if (this.good === 3) this.become("shut");
    } else if (this.mode === "broken") {
      if (letters) this.become("trying");
    } else if (letters || !this.mute) {
      this.count = 0;
      this.notBefore = -Infinity;
      this.mute = false;
    }
  }
  proof(now: number): void {
    this.tick(now);
    if (this.mode === "broken") this.become("trying");
    if (this.mode === "shut") this.notBefore = -Infinity;
  }
}
