import { InvalidArgumentError } from 'commander';

/** Reads the option of a command that takes a whole number from 1 to `maximum`. */
export function wholeNumberUpTo(maximum: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < 1 || number > maximum)
      throw new InvalidArgumentError(`It takes 1 to ${maximum}.`);
    return number;
  };
}
