export { API_VERSION } from '@sluice/core/adapter';
