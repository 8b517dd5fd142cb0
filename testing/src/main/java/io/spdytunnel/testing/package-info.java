/**
 * What the tests of all modules share: the leak watch that every test class runs under, free ports, a store with a
 * certificate, and a recording logger. Not published.
 */
package io.spdytunnel.testing;
