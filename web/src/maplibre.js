// What the page takes of the library: a file of its own, which a change of ours leaves in the reader's cache.
export { Map, Marker, setWorkerUrl } from 'maplibre-gl';
