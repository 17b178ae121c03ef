import { ActionIcon, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { MoonIcon, SunIcon, SystemIcon } from '../common/icons.tsx';

const order: Record<MantineColorScheme, MantineColorScheme> = { auto: 'light', light: 'dark', dark: 'auto' };
const named: Record<MantineColorScheme, string> = { auto: "the system's", light: 'light', dark: 'dark' };
const icons: Record<MantineColorScheme, () => React.JSX.Element> = {
  auto: SystemIcon,
  light: SunIcon,
  dark: MoonIcon,
};

/** The system's colours, light, or dark; the browser remembers. */
export function SchemeToggle() {
  // Holding transitions back would take a <style> element, which the policy forbids.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const next = order[colorScheme];
  const Icon = icons[colorScheme];
  const label = `Colours: ${named[colorScheme]}. Change to ${named[next]}`;
  return (
    <ActionIcon
      variant="subtle"
      size="var(--target)"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(next)}
    >
      <Icon />
    </ActionIcon>
  );
}
