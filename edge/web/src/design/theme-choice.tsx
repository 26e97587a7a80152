import { Icon, type IconName } from './icons.tsx';
import { THEMES, type Theme, theme } from './theme.ts';

const SHOWN: Readonly<Record<Theme, { name: string; icon: IconName }>> = {
  system: { name: 'System', icon: 'screen' },
  light: { name: 'Light', icon: 'sun' },
  dark: { name: 'Dark', icon: 'moon' },
};

export function ThemeChoice() {
  return (
    <fieldset class="theme-choice">
      <legend>Appearance</legend>
      {THEMES.map((value) => (
        <label key={value}>
          <input
            class="visually-hidden"
            type="radio"
            name="theme"
            value={value}
            checked={theme.value === value}
            onChange={() => {
              theme.value = value;
            }}
          />
          <Icon name={SHOWN[value].icon} />
          {SHOWN[value].name}
        </label>
      ))}
    </fieldset>
  );
}
