/**
 * A service at run time: acquiring gives a {@link dev.penstock.service.Decision},
 * which is a {@link dev.penstock.service.Lease} of one endpoint or a {@link dev.penstock.service.Refusal}.
 */
@NullMarked
package dev.penstock.service;

import org.jspecify.annotations.NullMarked;
