import { useState } from 'react';
import { useText } from '../text/text.tsx';
import type { Texts, Values } from '../row/values.ts';

export type Shown = Pick<Values, 'name' | 'description' | 'location' | 'imageUrl' | 'linkUrl' | 'translations'>;

/** A row as an app may show it, in one of the centre's languages or in the words it was written in. */
export function Card({
  shown,
  language,
  period,
  isSub = false,
}: {
  shown: Shown;
  language: string | undefined;
  period: string;
  isSub?: boolean;
}) {
  const text = useText();
  const { imageUrl, linkUrl } = shown;
  const [name, description, location] = (['name', 'description', 'location'] as const).map((field) =>
    textOf(shown, field, language),
  );
  return (
    <article className={isSub ? 'card sub' : 'card'} lang={language}>
      <Picture key={imageUrl} address={imageUrl} />
      <div className="card-words">
        {isSub ? <h4 dir="auto">{name}</h4> : <h3 dir="auto">{name || text('card.noName')}</h3>}
        <p className="card-period">{period}</p>
        {location && (
          <p className="card-location" dir="auto">
            {location}
          </p>
        )}
        {description && (
          <p className="card-description" dir="auto">
            {description}
          </p>
        )}
        {isHttps(linkUrl) && <p className="card-link">{new URL(linkUrl).host} ›</p>}
      </div>
    </article>
  );
}

/** Only https is ever loaded, whatever is stored. */
function Picture({ address }: { address: string }) {
  const text = useText();
  const [isBroken, setBroken] = useState(false);
  if (address === '') return null;
  if (!isHttps(address) || isBroken)
    return <p className="card-no-picture">{text(isBroken ? 'card.pictureFails' : 'card.pictureNotHttps')}</p>;
  return <img src={address} alt="" referrerPolicy="no-referrer" onError={() => setBroken(true)} />;
}

function isHttps(address: string): boolean {
  return URL.canParse(address) && new URL(address).protocol === 'https:';
}

function textOf(shown: Shown, field: keyof Texts, language: string | undefined): string {
  return (language !== undefined && shown.translations[language]?.[field]) || shown[field];
}
