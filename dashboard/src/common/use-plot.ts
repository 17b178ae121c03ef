import { useEffect, useRef, type RefObject } from 'react';
import uPlot from 'uplot';

type MakeOptions = (
  holder: HTMLElement,
  size: { readonly width: number; readonly height: number },
) => uPlot.Options;

/**
 * A chart that fills the element with the given ref. New data is drawn in place; another `look` (the colours are read
 * once) makes another chart. `pointed` moves its cursor to a point, for those without a pointer.
 */
export function usePlot(
  makeOptions: MakeOptions,
  data: uPlot.AlignedData,
  look: string,
  pointed: number | null = null,
): RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef({ makeOptions, data });
  latest.current = { makeOptions, data };

  useEffect(() => {
    const holder = box.current;
    if (!holder) return;
    const size = { width: holder.clientWidth, height: holder.clientHeight };
    const made = new uPlot(latest.current.makeOptions(holder, size), latest.current.data, holder);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      if (holder.clientWidth > 0) made.setSize({ width: holder.clientWidth, height: holder.clientHeight });
    });
    observer.observe(holder);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [look]);

  useEffect(() => plot.current?.setData(data), [data]);
  useEffect(() => {
    const drawn = plot.current;
    const at = pointed === null ? undefined : latest.current.data[0][pointed];
    if (drawn && at !== undefined && drawn.cursor.idx !== pointed)
      drawn.setCursor({ left: drawn.valToPos(at, 'x'), top: 0 });
  }, [pointed]);
  return box;
}
