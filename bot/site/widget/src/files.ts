// Files that will go with the next message: picked, pasted or dropped, and taken out again.

import { CROSS, el, icon } from "./dom";
import { say } from "./labels";

const MOST = 10;
const LARGEST = 25 * 2 ** 20; // bytes
const TOGETHER = 60 * 2 ** 20; // more would be refused only after it was sent, which takes minutes

export class Tray {
  readonly node = el("ul", { className: "files", "aria-label": say.attachments });
  private picked: File[] = [];
  private complained = false;

  constructor(
    private complain: (sentence: string) => void,
    private settled: () => void,
  ) {}

  get isEmpty(): boolean {
    return !this.picked.length;
  }

  add(list: FileList | null | undefined): boolean {
    const chosen = Array.from(list ?? []);
    if (!chosen.length) return false;
    const usable = chosen.filter(({ size }) => size && size <= LARGEST);
    const unusable = chosen.find((file) => !usable.includes(file));
    const taken = usable.filter((file) => this.take(file));
    if (unusable) this.tell(unusable.size ? say.tooLarge(unusable.name) : say.empty(unusable.name));
    else this.tell(usable.length > taken.length ? say.tooMany(MOST) : "");
    this.show();
    return true;
  }

  private take(file: File): boolean {
    const bytes = this.picked.reduce((sum, { size }) => sum + size, file.size);
    const fits = this.picked.length < MOST && bytes <= TOGETHER;
    if (fits) this.picked.push(file);
    return fits;
  }

  /** A complaint of its own is taken back with the next good choice; what others said stays. */
  private tell(sentence: string): void {
    if (sentence || this.complained) this.complain(sentence);
    this.complained = !!sentence;
  }

  putBack(files: File[]): void {
    this.picked.unshift(...files);
    this.show(false);
  }

  empty(): File[] {
    const files = this.picked.splice(0);
    this.show(false);
    return files;
  }

  private show(settle = true): void {
    this.node.replaceChildren(...this.picked.map((file) => this.line(file)));
    if (settle) this.settled();
  }

  private line(file: File): HTMLElement {
    const remove = () => {
      this.picked = this.picked.filter((other) => other !== file);
      this.show();
    };
    return el("li", {}, file.name, el("button", { type: "button", "aria-label": say.removeFile(file.name), onclick: remove }, icon(CROSS)));
  }
}
