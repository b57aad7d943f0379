/** A module of the program under test. */

let rate = 1;

exports.setRate = (value) => {
  rate = value;
};

exports.converted = (amount) => amount * rate;

exports.grade = function grade(amount) {
  if (amount > 100) return "dear";
  return amount > 10 ? "fair" : "cheap";
};

exports.Price = class Price {
  constructor(amount) {
    this.amount = amount;
  }
  twice() {
    return this.amount * 2;
  }
};
