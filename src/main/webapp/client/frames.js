/**
 * A frame carries one or more JSON objects separated by line feeds. What is not a JSON object is skipped:
 * one unreadable line must not cost the others.
 * @param {string} frame
 * @returns {import('./types.js').Push[]}
 */
export function splitFrame(frame) {
  const objects = [];
  for (const line of frame.split('\n')) {
    const object = line.trim() && parse(line);
    if (object && typeof object === 'object' && !Array.isArray(object)) objects.push(object);
  }
  return objects;
}

/** @param {string} json */
export function parse(json) {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/**
 * Puts commands side by side into as few frames as the limit allows, in their order.
 * @param {string[]} lines
 * @param {number} [limit] characters per frame; a longer line travels alone
 * @returns {string[]}
 */
export function joinFrames(lines, limit = 16_384) {
  /** @type {string[]} */
  const frames = [];
  for (const line of lines) {
    const last = frames.at(-1);
    if (last !== undefined && last.length + line.length < limit) frames[frames.length - 1] = `${last}\n${line}`;
    else frames.push(line);
  }
  return frames;
}
