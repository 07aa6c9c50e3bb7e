/** Words of the camera that reads codes: its advice, and what to do when it cannot. */
export const words = {
  opening: { zh: '正在打开相机', en: 'Opening the camera' },
  aim: { zh: '把二维码放进框里', en: 'Put the code into the frame' },
  unreadable: { zh: '看到二维码了，靠近、拿稳', en: 'A code is there: go closer and hold still' },
  dark: { zh: '太暗，开手电或靠近灯光', en: 'Too dark: use the torch or go to the light' },
  several: { zh: '画面里有几个码，只留一个', en: 'Several codes in the picture: leave only one' },
  read: { zh: '读到了', en: 'Read' },
  torch: { zh: '手电', en: 'Torch' },
  torchOff: { zh: '关手电', en: 'Torch off' },

  noScan: { zh: '现在不能扫码', en: 'Cannot scan now' },
  no_permission: { zh: '没有相机权限。在浏览器的网站设置里允许相机，再打开这一屏。', en: 'The camera is not allowed. Allow it in the browser\'s site settings and open this screen again.' },
  no_camera: { zh: '这台设备没有可用的相机。用扫码枪，或手输码下面的字。', en: 'This device has no camera to use. Use a hand scanner, or type the letters below the code.' },
  camera_busy: { zh: '相机正被别的应用占用。关掉那个应用，再打开这一屏。', en: 'Another app uses the camera. Close it and open this screen again.' },
  insecure: { zh: '连接没有加密，浏览器不给用相机。用 https 地址打开。', en: 'The browser gives no camera without encryption. Open the https address.' },
  no_reader: { zh: '读码程序打不开。有网络时重新打开应用一次，现在请手输。', en: 'The reader of codes does not open. Open the app once with a network; type for now.' },
} as const
