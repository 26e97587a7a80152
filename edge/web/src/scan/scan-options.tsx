import { chooseType, chosenLanguage, chosenType, LANGUAGES, TYPES } from './choices.ts';

/** What the next files show, and in which language. */
export function ScanOptions() {
  return (
    <div class="scan-options">
      <fieldset class="types">
        <legend>What do you want to read?</legend>
        {TYPES.map(({ type, name }) => (
          <label key={type}>
            <input
              type="radio"
              name="type"
              value={type}
              checked={chosenType.value === type}
              onChange={() => chooseType(type)}
            />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
      <label class="language">
        Language
        <select
          value={chosenLanguage.value}
          onChange={(event) => {
            chosenLanguage.value = event.currentTarget.value;
          }}
        >
          {LANGUAGES.map(({ language, name }) => (
            <option key={language} value={language}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
