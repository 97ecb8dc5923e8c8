/** What only these screens show, from Lucide (ISC licence). */
export { default as cctv } from 'lucide-static/icons/cctv.svg?shape';
export { default as pause } from 'lucide-static/icons/pause.svg?shape';
export { default as play } from 'lucide-static/icons/play.svg?shape';
export { default as stop } from 'lucide-static/icons/ban.svg?shape';
