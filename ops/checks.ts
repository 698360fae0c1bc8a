/** Prints each check as it is made, and ends the process with 1 when one failed. */
export class Checks {
  private passed = 0;
  private failed = 0;

  report(name: string, faults: string[]): void {
    if (faults.length === 0) this.passed++;
    else this.failed++;
    console.log(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    for (const fault of faults) console.log(`       ${fault}`);
  }

  end(): void {
    console.log(`${this.passed} checks passed, ${this.failed} failed`);
    process.exitCode = this.failed === 0 ? 0 : 1;
  }
}
