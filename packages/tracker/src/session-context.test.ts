import { describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { detectDeviceType, guessReferrerType, PLAYER_VERSION } from './session-context.ts';

const facts = { userAgent: '', maxTouchPoints: 0, referrer: '' };

describe('PLAYER_VERSION', () => {
  it('is the version of the package', () => {
    expect(PLAYER_VERSION).toBe(manifest.version);
  });
});

describe('detectDeviceType', () => {
  it.each([
    ['desktop', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36', 0],
    ['desktop', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15', 0],
    ['desktop', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36', 10],
    ['tablet', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15', 5],
    ['tablet', 'Mozilla/5.0 (Linux; Android 16; SM-X910) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36', 10],
    ['mobile', 'Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 Chrome/156.0.0.0 Mobile Safari/537.36', 5],
    ['mobile', 'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148', 5],
  ])('is %s for %s with %i touch points', (device, userAgent, maxTouchPoints) => {
    expect(detectDeviceType({ ...facts, userAgent, maxTouchPoints })).toBe(device);
  });
});

describe('guessReferrerType', () => {
  it('is the course page where a course is named, whatever led there', () => {
    expect(guessReferrerType({ ...facts, referrer: 'https://www.google.com/' }, 'a-course')).toBe('course_page');
  });

  it.each([
    ['search', 'https://www.google.co.uk/'],
    ['search', 'https://duckduckgo.com/?q=chronos'],
    ['search', 'https://r.search.yahoo.com/'],
    ['direct_link', 'https://classroom.google.com/'],
    ['direct_link', 'https://google.evil.example/'],
    ['direct_link', 'https://notgoogle.com/'],
    ['direct_link', 'https://example.com/google.com'],
    ['direct_link', 'no address'],
    ['direct_link', ''],
  ])('is %s after %s', (type, referrer) => {
    expect(guessReferrerType({ ...facts, referrer }, undefined)).toBe(type);
  });
});
