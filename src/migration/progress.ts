/** A line on the terminal that shows how far a command is; silent where standard error is no terminal. */
export class Progress {
  show(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
  }

  end(): void {
    this.show('');
  }
}
