import { RefusedError, type Refusal, type Result } from './call.ts';
import { ComposedCall } from './composed-call.ts';

/** Until the promise of the call has handed over what settles it, which it does before the call starts. */
const ignore = (): void => undefined;

/** A call that throws. */
export class ThrowingCall<T> extends ComposedCall<T> {
  resolve: (value: T) => void = ignore;
  reject: (error: unknown) => void = ignore;

  protected override gave(value: T): void {
    this.resolve(value);
  }

  protected override wasRefused(refusal: Refusal): void {
    this.reject(new RefusedError(refusal));
  }

  protected override gaveUp(error: unknown): void {
    this.reject(error);
  }
}

/** A call that says how it ended. */
export class ResultCall<T> extends ComposedCall<T> {
  resolve: (result: Result<T>) => void = ignore;

  protected override gave(value: T): void {
    this.resolve({ ok: true, value });
  }

  protected override wasRefused(refusal: Refusal): void {
    this.resolve({ ok: false, refusal });
  }

  protected override gaveUp(error: unknown): void {
    this.resolve({ ok: false, error });
  }
}
