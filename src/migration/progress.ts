/** A line on the terminal that says how far it is; nothing where no one watches. */
export class Progress {
  show(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
  }

  end(): void {
    this.show('');
  }
}
