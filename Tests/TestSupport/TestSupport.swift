/// # TestSupport
///
/// What tests of several targets share: folders that clean themselves and helper processes that can be killed.
package enum TestSupport {}
