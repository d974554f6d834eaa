import OpeningHours
import Testing

@Suite("Opening hours as values")
struct ValueTests {
  @Test func errorsTellWhatToWrite() {
    let error = HoursParseError(position: 3, detail: "A time lacks its minutes.", suggestion: "Write 09:00.")
    #expect(error.description == "at character 3: A time lacks its minutes. Write 09:00.")
  }
}
