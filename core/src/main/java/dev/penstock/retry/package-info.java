/**
 * Whether a failed request gets another attempt, and when: start at {@link dev.penstock.retry.RetrySpec}, then {@link
 * dev.penstock.retry.RetryRules}; {@link dev.penstock.retry.Retries} is their state at run time.
 */
@NullMarked
package dev.penstock.retry;

import org.jspecify.annotations.NullMarked;
