// The whole Hydrogen web client on one page, for the homeserver that the address names (?hs=).
import {
  createNavigation, createRouter, FeatureSet, Platform, RootView, RootViewModel,
} from 'hydrogen-view-sdk';

const assets = '/node_modules/hydrogen-view-sdk/asset-build/assets';
const olm = '/node_modules/@matrix-org/olm';
const platform = new Platform({
  container: document.body,
  assetPaths: {
    downloadSandbox: `${assets}/download-sandbox.html`,
    worker: `${assets}/main.js`,
    serviceWorker: '/sw.js',
    olm: { wasm: `${olm}/olm.wasm`, wasmBundle: `${olm}/olm.js`, legacyBundle: `${olm}/olm_legacy.js` },
  },
  config: { defaultHomeServer: new URLSearchParams(location.search).get('hs'), themeManifests: [] },
  options: { development: false },
});
await platform.init();
const navigation = createNavigation();
platform.setNavigation(navigation);
const urlRouter = createRouter({ navigation, history: platform.history });
urlRouter.attach();
const features = await FeatureSet.load(platform.settingsStorage);
const root = new RootViewModel({ platform, urlRouter, navigation, features });
await root.load();
document.body.appendChild(new RootView(root).mount());
