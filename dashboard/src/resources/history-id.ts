/** Where the history is on its page. */
export const HISTORY_ID = 'history';
