/// A column of a versioned row, with its type in staging and what is copied there of a value.
struct RowColumn<Value>: Sendable {
  let name: String
  let type: String
  let text: @Sendable (Value) -> String?

  init(_ name: String, _ type: String, _ text: @escaping @Sendable (Value) -> String?) {
    self.name = name
    self.type = type
    self.text = text
  }
}
