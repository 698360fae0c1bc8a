import type { Version } from '../revision/revision.entity.js';

/**
 * One load at a time for each answer and version, shared by all callers. A version's object is never shared by two
 * incarnations of a tenant; its numbers may be.
 */
export class LoadsInFlight<T> {
  private readonly byVersion = new WeakMap<Version, Map<string, Promise<T>>>();

  /** @param isRight whether what others have loaded meanwhile is right for this caller; otherwise it is loaded anew */
  async once(
    version: Version,
    name: string,
    load: () => Promise<T>,
    isRight: (loaded: T) => boolean = () => true,
  ): Promise<T> {
    const loading = this.byVersion.get(version) ?? new Map<string, Promise<T>>();
    this.byVersion.set(version, loading);
    for (let other = loading.get(name); other; other = loading.get(name)) {
      const loaded = await other;
      if (isRight(loaded)) return loaded;
    }
    const own = load().finally(() => loading.delete(name));
    loading.set(name, own);
    return own;
  }
}
