import Postgres
import Testing

@Suite(.serialized) struct CopyTests {
  @Test func roundTrip() async throws {
    struct Stop: Error {}
    try await withClient { client in
      try await client.withConnection { connection in
        try await connection.script("create temp table c (n int, t text)")
        let rows = try await connection.copyIn("copy c from stdin") { writer in
          for number in 0..<10_000 { try await writer.write("\(number)\ttext \(number)\n") }
          try await writer.write([UInt8]("-1\t\\N\n".utf8))
        }
        #expect(rows == 10_001)
        #expect(try await connection.query("select count(*), sum(n), count(t) from c").int(0, 2) == 10_000)
        var text: [UInt8] = []
        for try await chunk in try await connection.copyOut("copy (select * from c order by n) to stdout") {
          text += chunk
        }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 10_001)
        #expect(lines[0] == "-1\t\\N")
        #expect(lines[10_000] == "9999\ttext 9999")

        await #expect(throws: Stop.self) {
          _ = try await connection.copyIn("copy c from stdin") { writer in
            try await writer.write("5\tx\n")
            throw Stop()
          }
        }
        let broken = await failure {
          _ = try await connection.copyIn("copy c from stdin") { try await $0.write("no number\tx\n") }
        }
        #expect(broken?.sqlState == "22P02")
        await expectFailure(.server(sqlState: "42P01")) {
          _ = try await connection.copyIn("copy nowhere from stdin") { _ in }
        }
        await expectFailure(.misuse) { _ = try await connection.copyIn("select 1") { _ in } }
        await expectFailure(.misuse) { _ = try await connection.copyOut("select 1") }
        #expect(try await connection.copyIn("copy c from stdin") { _ in } == 0)
        #expect(try await connection.query("select count(*) from c").int(0, 0) == 10_001)
        let late =
          "copy (select case when g = 5000 then 1/(g-5000) else g end from generate_series(1, 9000) g) to stdout"
        let error = await failure {
          for try await _ in try await connection.copyOut(SQL(unescaped: late)) {}
        }
        #expect(error?.sqlState == "22012")
        #expect(try await connection.query("select 3").int(0, 0) == 3)
      }
    }
  }

  @Test func statementsDuringCopyAreRefused() async throws {
    try await withClient { client in
      try await client.withConnection { connection in
        try await connection.script("create temp table c (n int)")
        _ = try await connection.copyIn("copy c from stdin") { writer in
          await expectFailure(.misuse) { _ = try await connection.query("select 1") }
          try await writer.write("1\n")
        }
        #expect(try await connection.query("select count(*) from c").int(0, 0) == 1)
      }
    }
  }

  @Test func abandonedCopyCostsOnlyTheConnection() async throws {
    try await withClient({ $0.maxConnections = 1 }) { client in
      try await client.withConnection { connection in
        let reader = try await connection.copyOut(
          "copy (select repeat('x', 1000) from generate_series(1, 1000000)) to stdout")
        for try await _ in reader { break }
      }
      #expect(try await client.query("select 1").int(0, 0) == 1)
      let task = Task {
        try await client.transaction { connection in
          try await connection.script("create temp table c (n int)")
          _ = try await connection.copyIn("copy c from stdin") { writer in
            while true { try await writer.write("1\n") }
          }
        }
      }
      try await Task.sleep(for: .milliseconds(300))
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(try await client.query("select 2").int(0, 0) == 2)
    }
  }

  @Test func hundredMegabytesInFlatMemory() async throws {
    try await withClient({ $0.statementTimeout = .seconds(120) }) { client in
      try await client.withConnection { connection in
        try await connection.script("create temp table big (t text)")
        let line = String(repeating: "0123456789", count: 100) + "\n"
        #expect(try await connection.copyIn("copy big from stdin") { _ in } == 0)
        let before = try residentMegabytes()
        var highest = before
        let rows = try await connection.copyIn("copy big from stdin") { writer in
          for number in 0..<100_000 {
            try await writer.write(line)
            if number % 5000 == 0 { highest = max(highest, try residentMegabytes()) }
          }
        }
        #expect(rows == 100_000)
        var bytes = 0
        var largest = 0
        for try await chunk in try await connection.copyOut("copy big to stdout") {
          bytes += chunk.count
          largest = max(largest, chunk.count)
          if bytes / 10_000_000 != (bytes - chunk.count) / 10_000_000 {
            // The consumer dawdles: the server must wait rather than fill our memory.
            try await Task.sleep(for: .milliseconds(20))
            highest = max(highest, try residentMegabytes())
          }
        }
        #expect(bytes == 100_100_000)
        #expect(largest <= 300_000)
        #expect(highest - before < 40, "grew from \(before) to \(highest) MB")
      }
    }
  }
}
