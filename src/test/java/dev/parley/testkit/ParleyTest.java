package dev.parley.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks an integration test ({@code *IT}) that runs on the one Payara Micro which all of them
 * share.
 *
 * <p>A test method runs inside the server, with {@code @Inject} fields filled. A test method (or
 * class) with {@code @RunAsClient} runs outside and speaks over the wire to the address that a
 * field or parameter {@code @ArquillianResource URI} holds, for example {@code
 * http://127.0.0.1:41234/parley/}.
 *
 * <p>The real WAR is deployed once, with every test class in it but {@code *Test} and {@code *ST}.
 * Tests therefore share one database: each makes its own users and channels and expects others'.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ArquillianExtension.class)
public @interface ParleyTest {}
