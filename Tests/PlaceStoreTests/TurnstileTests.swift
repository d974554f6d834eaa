import Synchronization
import Testing

@testable import PlaceStore

struct TurnstileTests {
  @Test("Never more than the limit at a time, all in the end, in the order in which they came")
  func limits() async throws {
    let turnstile = Turnstile(limit: 3)
    let counts = Mutex((now: 0, most: 0, done: 0))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<200 {
        group.addTask {
          try await turnstile.pass {
            counts.withLock { counts in
              counts.now += 1
              counts.most = max(counts.most, counts.now)
            }
            await Task.yield()
            counts.withLock { counts in
              counts.now -= 1
              counts.done += 1
            }
          }
        }
      }
      try await group.waitForAll()
    }
    let end = counts.withLock { $0 }
    #expect(end.done == 200 && end.now == 0 && (1...3).contains(end.most))
    #expect(turnstile.waiting == 0)
  }

  @Test("Who waits comes after those who came before, and gives the place up when cancelled")
  func order() async throws {
    let turnstile = Turnstile(limit: 1)
    let (blocked, release) = AsyncStream<Void>.makeStream()
    let order = Mutex<[Int]>([])
    let isHeld = Mutex(false)
    let holder = Task {
      try await turnstile.pass {
        isHeld.withLock { $0 = true }
        for await _ in blocked {}
      }
    }
    while !isHeld.withLock({ $0 }) { await Task.yield() }
    var tasks: [Task<Void, any Error>] = []
    for number in 0..<5 {
      tasks.append(Task { try await turnstile.pass { order.withLock { $0.append(number) } } })
      while turnstile.waiting < number + 1 { await Task.yield() }
    }
    tasks[2].cancel()
    await #expect(throws: CancellationError.self) { try await tasks[2].value }
    #expect(turnstile.waiting == 4)
    release.finish()
    try await holder.value
    for (number, task) in tasks.enumerated() where number != 2 { try await task.value }
    #expect(order.withLock { $0 } == [0, 1, 3, 4])
    // One that is cancelled before it comes never enters.
    let late = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await turnstile.pass { order.withLock { $0.append(9) } }
    }
    await #expect(throws: CancellationError.self) { try await late.value }
    #expect(try await turnstile.pass { order.withLock { $0.count } } == 4)
  }

  @Test("Work that fails leaves its place to the next")
  func failures() async throws {
    struct Failure: Error {}
    let turnstile = Turnstile(limit: 1)
    for _ in 0..<3 { await #expect(throws: Failure.self) { try await turnstile.pass { throw Failure() } } }
    #expect(try await turnstile.pass { 1 } == 1)
  }
}
