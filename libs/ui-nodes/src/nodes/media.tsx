import { useState } from 'react';
import { defineNode } from '../define.js';
import { action, flag, length, text } from '../fields.js';
import { useMessages } from '../host.js';
import { imageUrl, mediaUrl } from '../url.js';
import { useAction } from '../use-action.js';
import { Placeholder } from '../view.js';
import { Problem } from './button.js';

const FITS = { cover: 'cover', contain: 'contain', fill: 'fill', none: 'none', 'scale-down': 'scale-down', '': undefined } as const;

const imageFields = {
  src: imageUrl,
  alt: text(),
  width: length,
  height: length,
  on_click: action,
  object_fit: (value: unknown) => (typeof value === 'string' && Object.hasOwn(FITS, value) ? FITS[value as keyof typeof FITS] : undefined),
  caption: text(),
};

export const Image = defineNode('Image', imageFields, ({ src, alt, width, height, on_click, object_fit, caption }) => {
  const messages = useMessages();
  const { error, start } = useAction();
  const [broken, setBroken] = useState<string>();
  if (!src || broken === src) return <Placeholder>{alt || messages.unavailableImage}</Placeholder>;
  const image = (
    <img
      src={src}
      alt={alt || caption}
      style={{ width, height, objectFit: object_fit }}
      loading="lazy"
      referrerPolicy="no-referrer"
      onError={() => setBroken(src)}
    />
  );
  return (
    <figure className="ui-image">
      {on_click ? (
        <button type="button" className="ui-bare" aria-label={alt || caption || messages.expand} onClick={() => void start(on_click)}>
          {image}
        </button>
      ) : (
        image
      )}
      {caption && <figcaption className="ui-muted">{caption}</figcaption>}
      <Problem text={error} />
    </figure>
  );
});

const playback = { src: mediaUrl, title: text(), loop: flag() };
const videoFields = { ...playback, controls: flag(true), autoplay: flag(), poster: imageUrl, muted: flag(), width: length, height: length };

export const Video = defineNode('Video', videoFields, (props) => {
  const { unavailableMedia } = useMessages();
  if (!props.src) return <Placeholder>{props.title || unavailableMedia}</Placeholder>;
  return (
    <figure className="ui-media">
      <video
        src={props.src}
        poster={props.poster}
        // What plays by itself can always be stopped, and makes no sound.
        controls={props.controls || props.autoplay}
        autoPlay={props.autoplay}
        muted={props.muted || props.autoplay}
        loop={props.loop}
        preload="metadata"
        playsInline
        aria-label={props.title || 'Video'}
        style={{ width: props.width, height: props.height }}
      />
      {props.title && <figcaption className="ui-muted">{props.title}</figcaption>}
    </figure>
  );
});

export const Audio = defineNode('Audio', playback, (props) => {
  const { unavailableMedia } = useMessages();
  if (!props.src) return <Placeholder>{props.title || unavailableMedia}</Placeholder>;
  return (
    <figure className="ui-media">
      <audio src={props.src} controls loop={props.loop} preload="metadata" aria-label={props.title || 'Audio'} />
      {props.title && <figcaption className="ui-muted">{props.title}</figcaption>}
    </figure>
  );
});
