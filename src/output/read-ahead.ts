/**
 * The same items. Each is asked for while the one before it is in use; one that was asked for and is not used is dropped, without
 * waiting for it.
 */
export async function* readAhead<Item>(items: AsyncIterable<Item>): AsyncIterable<Item> {
  const iterator = items[Symbol.asyncIterator]();
  let isDone = false;
  let next = iterator.next();
  try {
    while (true) {
      const item = await next;
      isDone = item.done === true;
      if (item.done === true) return;
      next = iterator.next();
      // A failure is thrown when its turn has come.
      next.catch(() => {});
      yield item.value;
    }
  } finally {
    if (!isDone) iterator.return?.()?.catch(() => {});
  }
}
