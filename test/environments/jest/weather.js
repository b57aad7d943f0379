/** What the tests mock. */

exports.temperature = () => -273;
