import Postgres
import Synchronization
import Testing

@Suite struct ListenTests {
  @Test func notificationsArrive() async throws {
    try await withClient { client in
      let (ready, signal) = AsyncStream.makeStream(of: Void.self)
      let reader = Task {
        let stream = client.listen(["first", "od\"d Name"], onListening: { signal.finish() })
        var received: [String] = []
        for try await notification in stream {
          received.append("\(notification.channel):\(notification.payload)")
          if received.count == 3 { break }
        }
        return received
      }
      for await _ in ready {}
      _ = try await client.query("notify first, 'one'")
      _ = try await client.query("select pg_notify(\("od\"d Name"), \("two"))")
      _ = try await client.query("notify unheard")
      _ = try await client.query("notify first")
      #expect(try await reader.value == ["first:one", "od\"d Name:two", "first:"])
      try await expectEventually { client.statistics.open == client.statistics.idle }
    }
  }

  @Test func lossEndsTheStream() async throws {
    try await withClient({ $0.applicationName = "listener-to-kill" }) { client in
      let (ready, signal) = AsyncStream.makeStream(of: Void.self)
      let stream = client.listen(["x"], onListening: { signal.finish() })
      for await _ in ready {}
      _ = try await client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'listener-to-kill' and pid <> pg_backend_pid()"
      )
      let error = await failure { for try await _ in stream {} }
      #expect(error?.isUnavailable == true)
    }
  }

  @Test func closeEndsTheStream() async throws {
    try await withClient { client in
      let (ready, signal) = AsyncStream.makeStream(of: Void.self)
      let stream = client.listen(["x"], onListening: { signal.finish() })
      for await _ in ready {}
      await client.close()
      await expectFailure(.closed) { for try await _ in stream {} }
    }
  }
}
