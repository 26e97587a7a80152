import { effect } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../design/icons.tsx';
import { client, person } from '../session/session.ts';
import { paced } from './paced.ts';
import { shrunk } from './shrunk.ts';
import { ThumbnailCache } from './thumbnail-cache.ts';

/** Twice the size at which they are shown, for fine screens. */
const WIDTH_PX = 144;
const turn = paced({ burst: 24, everyMs: 2000 });
const cache = new ThumbnailCache({
  make: async (sha256) => {
    await turn();
    return URL.createObjectURL(await shrunk(await client.peek()!.image(sha256), WIDTH_PX));
  },
  release: (address) => URL.revokeObjectURL(address),
  limit: 200,
  atOnce: 3,
});
// Nobody sees what was loaded for another.
effect(() => {
  void person.value;
  cache.clear();
});

/** Formats that some browser cannot draw, and that would be fetched for nothing. */
const NOT_DRAWN = new Set(['pdf', 'tiff', 'heic', 'heif']);

/** The image, small, once it comes near the screen; decoration beside the text that names it. */
export function Thumbnail({ sha256, format = '' }: { sha256: string; format?: string }) {
  const place = useRef<HTMLSpanElement>(null);
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (NOT_DRAWN.has(format)) return undefined;
    let gone = false;
    const show = (made: string | null) => {
      if (!gone) setAddress(made);
    };
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) return;
        watch.disconnect();
        void cache.get(sha256).then(show);
      },
      { rootMargin: '200px' },
    );
    watch.observe(place.current!);
    return () => {
      gone = true;
      watch.disconnect();
    };
  }, [sha256, format]);
  return (
    <span class="thumbnail" ref={place}>
      {address ? <img src={address} alt="" /> : <Icon name={NOT_DRAWN.has(format) ? 'page' : 'image'} />}
    </span>
  );
}
