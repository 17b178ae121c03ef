/** Copies text, also where the page is served without TLS and the clipboard API is missing. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.setAttribute('readonly', '');
    area.className = 'sr-only';
    document.body.append(area);
    area.select();
    const old: { execCommand?: (command: string) => boolean } = document;
    const done = old.execCommand?.('copy') ?? false;
    area.remove();
    return done;
  }
}
