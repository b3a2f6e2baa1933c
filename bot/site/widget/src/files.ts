// Files that will go with the next message: picked, pasted or dropped, and taken out again.

import { CROSS, el, icon } from "./dom";
import { say } from "./labels";

const MOST = 10;
const LARGEST = 25 * 2 ** 20; // bytes

export class Tray {
  readonly node = el("ul", { className: "files", "aria-label": say.attachments });
  private picked: File[] = [];

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
    const unusable = chosen.find(({ size }) => size > LARGEST || !size);
    if (unusable) this.complain(unusable.size ? say.tooLarge(unusable.name) : say.empty(unusable.name));
    else if (this.picked.length + chosen.length > MOST) this.complain(say.tooMany(MOST));
    else this.picked.push(...chosen);
    this.show();
    return true;
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
