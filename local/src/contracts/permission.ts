/** A statement of a function's resource policy, with the parameters of AddPermission. */
export interface Permission {
  readonly id: string;
  /** A service such as `ivschat.amazonaws.com`, an account, an ARN, or `*`. */
  readonly principal: string;
  /** Such as `lambda:InvokeFunction`. */
  readonly action: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
  readonly functionUrlAuthType?: string;
  /** Whether only calls through the function URL are allowed. */
  readonly invokedViaFunctionUrl?: boolean;
  /** Allows only principals of this organization, which excludes services and unsigned calls. */
  readonly principalOrgId?: string;
}
