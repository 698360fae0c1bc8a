import { useState } from 'react';
import { Button, FieldError, Form, Heading, Input, Label, Text, TextField } from 'react-aria-components';
import { useText } from '../text/text.tsx';
import { useDesk } from '../context/desk-context.tsx';
import { signInAtIssuer } from '../session/issuer.ts';
import { TokenFault } from '../session/session.ts';

/** Takes a token, or leads to the issuer where there is one. */
export function SignIn({ isAgain = false }: { isAgain?: boolean }) {
  const text = useText();
  const { session, settings } = useDesk();
  const [fault, setFault] = useState<string>();
  const [token, setToken] = useState('');
  const attempt = (work: () => void | Promise<void>) => {
    setFault(undefined);
    Promise.resolve()
      .then(work)
      .catch((thrown: unknown) =>
        setFault(
          thrown instanceof TokenFault
            ? text(thrown.reason === 'expired' ? 'signIn.tokenExpired' : 'signIn.tokenMalformed')
            : text('signIn.issuerFailed', { reason: thrown instanceof Error ? thrown.message : '' }),
        ),
      );
  };
  const { oidc } = settings;
  return (
    <div className="sign-in">
      <Heading slot={isAgain ? 'title' : undefined} level={isAgain ? 2 : 1}>
        {text(isAgain ? 'signIn.again' : 'signIn.title')}
      </Heading>
      <p>{text(isAgain ? 'signIn.againWhy' : 'signIn.why')}</p>
      {oidc ? (
        <>
          <Button
            className="button primary"
            autoFocus
            onPress={() => attempt(() => signInAtIssuer(oidc, session, isAgain))}
          >
            {text('signIn.issuer', { host: new URL(oidc.issuer).host })}
          </Button>
          {fault && (
            <p role="alert" className="fault">
              {fault}
            </p>
          )}
        </>
      ) : (
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            attempt(() => session.signIn(token));
          }}
        >
          <TextField
            className="field"
            value={token}
            onChange={setToken}
            isInvalid={fault !== undefined}
            validationBehavior="aria"
            type="password"
            autoComplete="off"
            autoFocus
          >
            <Label>{text('signIn.token')}</Label>
            <Input className="input" spellCheck="false" />
            <Text slot="description">{text('signIn.tokenWhere')}</Text>
            <FieldError>{fault}</FieldError>
          </TextField>
          <Button type="submit" className="button primary">
            {text('signIn.enter')}
          </Button>
        </Form>
      )}
    </div>
  );
}
