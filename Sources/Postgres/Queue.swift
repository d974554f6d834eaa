/// First in, first out. Taking from the front is amortized O(1), which Array's removeFirst is not.
struct Queue<Element> {
  private var storage: [Element?] = []
  private var head = 0

  var count: Int { storage.count - head }
  var isEmpty: Bool { head == storage.count }
  var first: Element? { isEmpty ? nil : storage[head] }

  mutating func append(_ element: Element) {
    storage.append(element)
  }

  mutating func popFirst() -> Element? {
    guard head < storage.count else { return nil }
    let element = storage[head]
    storage[head] = nil
    head += 1
    if head == storage.count {
      storage.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 64, head * 2 >= storage.count {
      storage.removeFirst(head)
      head = 0
    }
    return element
  }

  mutating func removeAll(where matches: (Element) -> Bool) {
    storage = storage[head...].filter { $0.map { !matches($0) } ?? false }
    head = 0
  }

  mutating func drain() -> [Element] {
    defer {
      storage = []
      head = 0
    }
    return storage[head...].compactMap { $0 }
  }
}
